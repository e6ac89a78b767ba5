/** What was dropped: it is known only while the event is handled, and read later. */
export const droppedEntries = (items: DataTransferItemList): FileSystemEntry[] =>
  Array.from(items).flatMap((item) => item.webkitGetAsEntry() ?? [])
