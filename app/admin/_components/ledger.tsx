import { formatDate, formatTime } from "@/lib/format";
import { formatMoney, subtractMoney, sumMoney, usd } from "@/lib/money";
import type { LedgerTransaction } from "@/lib/reporting/payment-queries";
import { accountWords } from "./account-wording";
import styles from "./ledger.module.css";

/** Transactions of the books: what was debited, what credited, and that both are the same. */
export function Ledger({
  transactions,
  timeZone,
}: {
  transactions: readonly LedgerTransaction[];
  timeZone: string;
}) {
  return (
    <div className={styles.transactions}>
      {transactions.map((transaction) => {
        const debits = sumMoney(
          transaction.entries.map(({ amount }) => (amount.cents > 0 ? amount : usd(0))),
        );
        return (
          <table key={transaction.id} className={styles.table}>
            <caption>
              <span className={styles.what}>{transaction.description}</span>
              <span className={styles.facts}>
                {formatDate(transaction.occurredAt, timeZone)}, {formatTime(transaction.occurredAt, timeZone)}{" "}
                · <span className={styles.cause}>{transaction.cause}</span>
              </span>
            </caption>
            <thead>
              <tr>
                <th scope="col">Account</th>
                <th scope="col">Debit</th>
                <th scope="col">Credit</th>
              </tr>
            </thead>
            <tbody>
              {transaction.entries.map(({ account, amount }) => (
                <tr key={`${account} ${amount.cents}`}>
                  <th scope="row">{accountWords[account]}</th>
                  <td>{amount.cents > 0 ? formatMoney(amount) : ""}</td>
                  <td>{amount.cents < 0 ? formatMoney(subtractMoney(usd(0), amount)) : ""}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">Balanced</th>
                <td>{formatMoney(debits)}</td>
                <td>{formatMoney(debits)}</td>
              </tr>
            </tfoot>
          </table>
        );
      })}
    </div>
  );
}
