/** The skills of a registration while they are typed. */
import { reactive } from 'vue'
import type { CraftSkill } from '@/api/craftsmen'
import { usePhotos, type Photos } from '@/kit/photos'
import { scaled, typedYuan } from '@/money'
import { PAPERS, SKILLS } from './words'

export interface Offered { key: string; name: string; on: boolean; price: string; number: string; until: string; photos: Photos }

export const blank = (): Offered[] => reactive(SKILLS.map(s => ({ ...s, on: false, price: '', number: '', until: '', photos: usePhotos(1) })))

/** Fills in what is registered already. */
export function fill(offered: Offered[], held: CraftSkill[]): void {
  for (const skill of held) {
    const one = offered.find(o => o.key === skill.skill)
    if (!one) continue
    Object.assign(one, { on: true, price: skill.price ? typedYuan(skill.price) : '', number: skill.number, until: skill.expires_on ?? '' })
    if (skill.photo) one.photos.restore([skill.photo])
  }
}

/** What is still wrong with a skill, in words; empty for nothing. */
export function wrong(one: Offered): string {
  if (one.price && scaled(one.price, 2) === null) return `${one.name}的价格请填数字`
  const paper = PAPERS[one.key]
  return paper && (!one.number.trim() || !one.until || !one.photos.list.length) ? `${one.name}请填写${paper}的编号、有效期并上传照片` : ''
}

export async function sent(one: Offered): Promise<object> {
  const price = one.price ? scaled(one.price, 2) : 0
  if (!PAPERS[one.key]) return { skill: one.key, price }
  return { skill: one.key, price, number: one.number.trim(), expires_on: one.until, file_id: (await one.photos.settle())[0] ?? null }
}
