/** Is there a signal? Told by the platform; read by the client, the live line and every page. */
import { reactive } from 'vue'

export const network = reactive({ online: true })

type Listener = (online: boolean) => void
const listeners = new Set<Listener>()

export function setOnline(online: boolean): void {
  if (network.online === online) return
  network.online = online
  listeners.forEach(listener => listener(online))
}

/** Calls back on every change; returns how to stop. */
export function onNetwork(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
