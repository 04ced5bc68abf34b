import fc from "fast-check";
import { families } from "./busy-academy";
import { ids } from "./fixture-ids";
import { mostly, nth, oneOf, operation, which } from "./operation";
import type { Tx } from "./principal";

type Invoice = { id: string; family_id: string; open_cents: number };
const invoiceOf = (tx: Tx, n: number) =>
  nth(
    n,
    tx<Invoice[]>`
      select id, family_id, total_cents - paid_cents - credited_cents as open_cents from invoices
       order by status = 'open' desc, number`,
  );
type Payment = { id: string; family_id: string; amount_cents: number };
const paymentOf = (tx: Tx, n: number) =>
  nth(n, tx<Payment[]>`select id, family_id, amount_cents from payments order by receipt_number`);
const cents = oneOf(100, 2500, 16_000);
/** How much of what is open: a part, all, a cent too many. */
const share = oneOf("part", "whole", "too much");
const shareOf = (open: number, how: string) =>
  how === "part" ? Math.max(1, Math.floor(open / 2)) : Math.max(1, open) + (how === "whole" ? 0 : 1);
const currency = mostly("usd", "eur");
export const moneyOperations = [
  ...[1, 2].map(() =>
    operation(
      "issueInvoice",
      fc.record({
        family: oneOf(...families),
        payer: mostly(null, ids.guardianA),
        lines: fc.array(oneOf(16_000, 2500, -1000), { minLength: 0, maxLength: 3 }),
        status: mostly("open", "draft", "paid"),
      }),
      async (tx, { family, payer, lines, status }) => {
        const invoice = await nth(
          0,
          tx<{ id: string }[]>`
            insert into invoices (family_id, guardian_id, currency, issued_on, due_on)
            values (${family.id}, ${payer ?? family.guardian}, 'usd', '2026-11-01', '2026-11-01') returning id`,
        );
        for (const [index, amount] of lines.entries()) {
          await tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents)
                   values (${invoice.id}, ${index + 1}, 'tuition', 'Tuition', ${amount})`;
        }
        if (status !== "draft") await tx`update invoices set status = ${status} where id = ${invoice.id}`;
      },
    ),
  ),
  operation(
    "insertIssuedInvoice",
    fc.record({ family: oneOf(...families), status: oneOf("open", "paid"), cents }),
    (tx, { family, status, cents: total }) => tx`
      insert into invoices (family_id, guardian_id, currency, issued_on, due_on, status, total_cents, paid_cents)
      values (${family.id}, ${family.guardian}, 'usd', '2026-11-01', '2026-11-01', ${status}, ${total},
              ${status === "paid" ? total : 0})`,
  ),
  operation("addLine", fc.record({ which, cents }), async (tx, { which: n, cents: amount }) => {
    const invoice = await invoiceOf(tx, n);
    await tx`insert into invoice_lines (invoice_id, position, code, label, amount_cents)
             select ${invoice.id}, coalesce(max(position), 0) + 1, 'late_fee', 'Late fee', ${amount}
               from invoice_lines where invoice_id = ${invoice.id}`;
  }),
  operation("removeLine", which, async (tx, n) => {
    const line = await nth(
      n,
      tx<{ id: string }[]>`
        select l.id from invoice_lines l join invoices i on i.id = l.invoice_id order by i.number, l.position`,
    );
    await tx`delete from invoice_lines where id = ${line.id}`;
  }),
  operation(
    "setInvoiceStatus",
    fc.record({ which, status: oneOf("draft", "open", "paid", "void", "uncollectible") }),
    async (tx, { which: n, status }) => {
      const invoice = await invoiceOf(tx, n);
      await tx`update invoices set status = ${status} where id = ${invoice.id}`;
    },
  ),
  operation(
    "falsifyInvoice",
    fc.record({ which, how: oneOf("paid", "credited", "total") }),
    async (tx, { which: n, how }) => {
      const invoice = await invoiceOf(tx, n);
      if (how === "paid") await tx`update invoices set paid_cents = paid_cents + 1 where id = ${invoice.id}`;
      else if (how === "credited") {
        await tx`update invoices set credited_cents = greatest(0, credited_cents - 1) where id = ${invoice.id}`;
      } else await tx`update invoices set total_cents = total_cents + 1 where id = ${invoice.id}`;
    },
  ),
  ...[1, 2].map(() =>
    operation(
      "pay",
      fc.record({ which, share, family: mostly(null, ids.familyA), currency }),
      async (tx, { which: n, share: how, family, currency: of }) => {
        const invoice = await invoiceOf(tx, n);
        await tx`insert into payments (family_id, invoice_id, description, amount_cents, currency, paid_at)
                 values (${family ?? invoice.family_id}, ${invoice.id}, 'Tuition', ${shareOf(invoice.open_cents, how)}, ${of},
                         private.now())`;
      },
    ),
  ),
  operation(
    "payWithoutInvoice",
    fc.record({ family: oneOf(...families), cents }),
    (tx, { family, cents: amount }) =>
      tx`insert into payments (family_id, description, amount_cents, currency, paid_at)
       values (${family.id}, 'Recital', ${amount}, 'usd', private.now())`,
  ),
  operation(
    "attachPayment",
    fc.record({ which, invoice: fc.option(which, { freq: 4 }) }),
    async (tx, { which: n, invoice: m }) => {
      const payment = await paymentOf(tx, n);
      const invoice = m === null ? null : (await invoiceOf(tx, m)).id;
      await tx`update payments set invoice_id = ${invoice} where id = ${payment.id}`;
    },
  ),
  ...[1, 2].map(() =>
    operation(
      "refund",
      fc.record({ which, share, currency }),
      async (tx, { which: n, share: how, currency: of }) => {
        const payment = await paymentOf(tx, n);
        await tx`insert into refunds (payment_id, family_id, amount_cents, currency, reason)
               values (${payment.id}, ${payment.family_id}, ${shareOf(payment.amount_cents, how)}, ${of}, 'Asked for')`;
      },
    ),
  ),
  operation(
    "setRefundStatus",
    fc.record({ which, status: oneOf("pending", "succeeded", "failed") }),
    async (tx, { which: n, status }) => {
      const refund = await nth(
        n,
        tx<{ id: string }[]>`select id from refunds order by created_at, amount_cents, id`,
      );
      await tx`update refunds set status = ${status} where id = ${refund.id}`;
    },
  ),
  operation("noteRefunded", fc.record({ which, share }), async (tx, { which: n, share: how }) => {
    const payment = await paymentOf(tx, n);
    await tx`update payments set refunded_cents = ${shareOf(payment.amount_cents, how)} where id = ${payment.id}`;
  }),
  operation("changePayment", which, async (tx, n) => {
    const payment = await paymentOf(tx, n);
    await tx`update payments set amount_cents = amount_cents + 1 where id = ${payment.id}`;
  }),
  operation(
    "giveMoneyCredit",
    fc.record({ family: oneOf(...families), cents, days: mostly(60, 1, -1) }),
    (tx, { family, cents: amount, days }) => tx`
      insert into account_credits (family_id, amount_cents, currency, origin, reason, expires_at)
      values (${family.id}, ${amount}, 'usd', 'goodwill', 'A lesson that began late', private.now() + ${days} * interval '1 day')`,
  ),
  ...[1, 2, 3].map(() =>
    operation(
      "applyMoneyCredit",
      fc.record({ which, invoice: which, cents: oneOf(100, 1000, 2500, 5000) }),
      async (tx, { which: n, invoice: m, cents: amount }) => {
        const credit = await nth(
          n,
          tx<{ id: string; family_id: string; currency: string }[]>`
            select id, family_id, currency from account_credits order by issued_at, amount_cents, family_id, id`,
        );
        const invoice = await invoiceOf(tx, m);
        await tx`insert into credit_applications (credit_id, invoice_id, family_id, currency, amount_cents)
                 values (${credit.id}, ${invoice.id}, ${credit.family_id}, ${credit.currency}, ${amount})`;
      },
    ),
  ),
  operation(
    "changeApplication",
    fc.record({ which, how: oneOf("change", "delete") }),
    async (tx, { which: n, how }) => {
      const application = await nth(
        n,
        tx<{ id: string }[]>`select id from credit_applications order by applied_at, amount_cents, id`,
      );
      if (how === "change")
        await tx`update credit_applications set amount_cents = 1 where id = ${application.id}`;
      else await tx`delete from credit_applications where id = ${application.id}`;
    },
  ),
];
