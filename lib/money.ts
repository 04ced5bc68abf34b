/** An amount of money: whole cents and the currency they are in. Never a bare number across a module's edge. */
export type Money = { readonly cents: number; readonly currency: "USD" };

/** US dollars from whole cents. Throws a RangeError for fractions, NaN and what an integer cannot hold. */
export function usd(cents: number): Money {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`not a whole number of cents: ${cents}`);
  return { cents, currency: "USD" };
}

/** The sum; nothing added up is $0.00. */
export function sumMoney(amounts: readonly Money[]): Money {
  return usd(amounts.reduce((total, amount) => total + amount.cents, 0));
}

/** `whole - part`; may be negative. */
export function subtractMoney(whole: Money, part: Money): Money {
  return usd(whole.cents - part.cents);
}

/**
 * A fraction of an amount, `numerator / denominator`, rounded half up to the cent (half away from zero for a
 * negative amount). Integers only, so that 8 % of $225.00 is exactly $18.00.
 */
export function fractionOf(amount: Money, numerator: number, denominator: number): Money {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator <= 0) {
    throw new RangeError(`not a fraction: ${numerator}/${denominator}`);
  }
  const product = amount.cents * numerator;
  if (!Number.isSafeInteger(product)) throw new RangeError(`too large: ${amount.cents} * ${numerator}`);
  const cents = Math.floor((Math.abs(product) * 2 + denominator) / (2 * denominator));
  return usd(product < 0 ? -cents : cents);
}

const exact = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const whole = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 0,
});

/** `$25.00`, `-$8.50`: for invoices, receipts and everything that is added up. */
export function formatMoney(amount: Money): string {
  return exact.format(amount.cents / 100);
}

/** `$225`, but `$213.75`: for price lists, where round prices read better without cents. */
export function formatPrice(amount: Money): string {
  return amount.cents % 100 === 0 ? whole.format(amount.cents / 100) : formatMoney(amount);
}
