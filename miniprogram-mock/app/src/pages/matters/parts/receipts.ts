/**
 * Receipts of one's votes. The phone makes the code of a ballot and keeps it before anything is sent, so that a lost
 * answer loses no receipt; nobody else ever knows it.
 */
import { votings, type Voting } from '@/api/matters'
import { platform } from '@/platform'
import { storage } from '@/storage'
import { sha256 } from './sha256'

export interface Kept { voting_id: number; dwelling_id: number; place: string; choice: string; code: string }

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ' // 32 of them: five bits each, no bias
const LENGTH = 26
const KEY = 'ballots'

export async function newCode(): Promise<string> {
  const bytes = await platform.randomBytes(LENGTH)
  return Array.from(bytes, b => ALPHABET[b % 32]).join('')
}

const all = () => storage.get<Kept[]>(KEY) ?? []

/** What this phone cast, or tried to, in a vote. */
export const keptFor = (voting_id: number) => all().filter(one => one.voting_id === voting_id)

export function keep(more: Kept[]): void {
  const others = all().filter(one => !more.some(m => m.voting_id === one.voting_id && m.dwelling_id === one.dwelling_id))
  storage.set(KEY, [...others, ...more])
}

export const hashOf = (voting: Voting, choice: string, code: string) =>
  sha256(`linli-ballot|${voting.id}|${voting.text_hash ?? ''}|${choice}|${code.replace(/\s/g, '').toUpperCase()}`)

/** Which choice the code's ballot is counted as in the published list; null when there is none. Reckoned on the phone. */
export async function find(voting: Voting, code: string): Promise<string | null> {
  const listed = new Set((await votings.hashes(voting.id)).split('\n'))
  return voting.choices.find(one => listed.has(hashOf(voting, one.key, code)))?.key ?? null
}

export const grouped = (code: string) => code.replace(/(.{4})(?=.)/g, '$1 ')
