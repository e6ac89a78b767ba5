// Shows messages of the platform while no window of it is open. It keeps no page and answers no request.
self.addEventListener("push", (event) => {
  let message = {}
  try {
    message = event.data?.json() ?? {}
  } catch {}
  const { tag, title = "Hosted Evals", body = "", url = "/dashboard" } = message
  // The tag makes one of a message that arrives twice.
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: "/icon-192.png", data: { url } }))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  const { url } = event.notification.data
  event.waitUntil(
    (async () => {
      const windows = await self.clients.matchAll({ type: "window" })
      const open = windows.find((window) => window.url === url) ?? windows[0]
      if (!open) return self.clients.openWindow(url)
      await open.focus()
      if (open.url !== url) await open.navigate(url).catch(() => self.clients.openWindow(url))
    })(),
  )
})
