/** Photos that wait for a signal, in the browser's IndexedDB: what WeChat keeps as files. */
import { PHONE } from '../storage'

const STORE = 'photos'
const MINE = `${PHONE}.`

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('linli-kept', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = base.transaction(STORE, mode)
      const request = work(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    base.close()
  }
}

/** Bytes rather than a Blob: an old blob may point to a file that is gone. */
export async function keep(path: string): Promise<string> {
  const bytes = await (await fetch(path)).arrayBuffer()
  const name = `${MINE}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`
  await run('readwrite', store => store.put(bytes, name))
  return name
}

export async function take(name: string): Promise<string | null> {
  const bytes = await run<ArrayBuffer | undefined>('readonly', store => store.get(name))
  return bytes ? URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })) : null
}

export async function drop(name: string): Promise<void> {
  await run('readwrite', store => store.delete(name))
}

export async function names(): Promise<string[]> {
  return (await run('readonly', store => store.getAllKeys())).map(String).filter(name => name.startsWith(MINE))
}
