/** The receipt of a payment, as a PDF on this phone. */
import { payments, type PaymentCard } from '@/api/pay'
import { busy } from '@/kit/notices'
import { platform } from '@/platform'

export async function openReceipt(payment: PaymentCard): Promise<void> {
  await busy('正在取收据…', async () => {
    const path = await payments.receipt(payment.id)
    await platform.openPdf(path, `收据-${payment.number}.pdf`)
  })
}
