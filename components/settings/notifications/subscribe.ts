import type { PushSubscription } from "@/contract/index.ts"

const worker = "/push-worker.js"

/** Whether this browser can show messages of this site: it does so only for sites with https, or on this machine. */
export const canSubscribe = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window

/**
 * Subscribes this browser to messages of the platform, which it then shows with every window closed.
 * @param key the platform's public key
 * @throws Error that says what the person can do
 */
export async function subscribe(key: string): Promise<PushSubscription> {
  if (!canSubscribe())
    throw new Error("This browser shows no messages of this site: it does so only for sites with https, or on this machine.")
  if ((await Notification.requestPermission()) !== "granted")
    throw new Error("This browser blocks notifications from this site. You can allow them in its settings for the site.")
  await navigator.serviceWorker.register(worker)
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: key })
    .catch((error: unknown) => {
      throw new Error(`This browser could not subscribe at the service of its maker: ${error instanceof Error ? error.message : error}`)
    })
  const { endpoint, keys } = subscription.toJSON()
  if (!endpoint || !keys?.p256dh || !keys.auth) throw new Error("This browser gave no address for its messages.")
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } }
}
