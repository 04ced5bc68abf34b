import { createHash } from "node:crypto";

/** How an issuer answers: what the number of a test card decides. */
export type CardBehavior =
  | "succeeds"
  | "generic_decline"
  | "insufficient_funds"
  | "lost_card"
  | "stolen_card"
  | "expired_card"
  | "incorrect_cvc"
  | "processing_error"
  | "card_velocity_exceeded"
  /** Can be saved, but every charge fails. */
  | "declines_when_charged"
  /** Needs 3-D Secure unless it was set up for later use. */
  | "authenticates_once"
  /** Needs 3-D Secure at every payment. */
  | "authenticates_always"
  | "refund_fails"
  | "disputed"
  /** Not a test card at all. */
  | "not_a_test_card";

export interface CardDetails {
  brand: string;
  funding: "credit" | "debit";
  last4: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  behavior: CardBehavior;
}

export interface Decline {
  code: string;
  decline_code: string;
  message: string;
}

const SUCCEEDING: Record<string, [brand: string, funding: "credit" | "debit"]> = {
  "4242424242424242": ["visa", "credit"],
  "4000056655665556": ["visa", "debit"],
  "5555555555554444": ["mastercard", "credit"],
  "2223003122003222": ["mastercard", "credit"],
  "5200828282828210": ["mastercard", "debit"],
  "378282246310005": ["amex", "credit"],
  "371449635398431": ["amex", "credit"],
  "6011111111111117": ["discover", "credit"],
  "3056930009020004": ["diners", "credit"],
  "3566002020360505": ["jcb", "credit"],
  "6200000000000005": ["unionpay", "credit"],
};

const SPECIAL: Record<string, CardBehavior> = {
  "4000000000000002": "generic_decline",
  "4000000000009995": "insufficient_funds",
  "4000000000009987": "lost_card",
  "4000000000009979": "stolen_card",
  "4000000000000069": "expired_card",
  "4000000000000127": "incorrect_cvc",
  "4000000000000119": "processing_error",
  "4000000000006975": "card_velocity_exceeded",
  "4000000000000341": "declines_when_charged",
  "4000002500003155": "authenticates_once",
  "4000000000003220": "authenticates_always",
  "4000002760003184": "authenticates_always",
  "4000000000005126": "refund_fails",
  "4000000000000259": "disputed",
};

/** Ready-made payment methods that the API takes in place of an id. */
export const TEST_PAYMENT_METHODS: Record<string, string> = {
  pm_card_visa: "4242424242424242",
  pm_card_visa_debit: "4000056655665556",
  pm_card_mastercard: "5555555555554444",
  pm_card_amex: "378282246310005",
  pm_card_discover: "6011111111111117",
  pm_card_visa_chargeDeclined: "4000000000000002",
  pm_card_visa_chargeDeclinedInsufficientFunds: "4000000000009995",
  pm_card_visa_chargeDeclinedLostCard: "4000000000009987",
  pm_card_visa_chargeDeclinedStolenCard: "4000000000009979",
  pm_card_chargeDeclined: "4000000000000002",
  pm_card_chargeDeclinedExpiredCard: "4000000000000069",
  pm_card_chargeDeclinedIncorrectCvc: "4000000000000127",
  pm_card_chargeDeclinedProcessingError: "4000000000000119",
  pm_card_chargeCustomerFail: "4000000000000341",
  pm_card_authenticationRequiredOnSetup: "4000002500003155",
  pm_card_authenticationRequired: "4000002760003184",
  pm_card_threeDSecure2Required: "4000000000003220",
  pm_card_refundFail: "4000000000005126",
  pm_card_createDispute: "4000000000000259",
};

const PLAIN_DECLINE = "Your card was declined.";
const DECLINES: Partial<Record<CardBehavior, Decline>> = {
  generic_decline: { code: "card_declined", decline_code: "generic_decline", message: PLAIN_DECLINE },
  declines_when_charged: { code: "card_declined", decline_code: "generic_decline", message: PLAIN_DECLINE },
  insufficient_funds: {
    code: "card_declined",
    decline_code: "insufficient_funds",
    message: "Your card has insufficient funds.",
  },
  lost_card: { code: "card_declined", decline_code: "lost_card", message: PLAIN_DECLINE },
  stolen_card: { code: "card_declined", decline_code: "stolen_card", message: PLAIN_DECLINE },
  card_velocity_exceeded: {
    code: "card_declined",
    decline_code: "card_velocity_exceeded",
    message: "Your card was declined for making repeated attempts too frequently.",
  },
  expired_card: { code: "expired_card", decline_code: "expired_card", message: "Your card has expired." },
  incorrect_cvc: {
    code: "incorrect_cvc",
    decline_code: "incorrect_cvc",
    message: "Your card's security code is incorrect.",
  },
  processing_error: {
    code: "processing_error",
    decline_code: "processing_error",
    message: "An error occurred while processing your card. Try again in a little bit.",
  },
  not_a_test_card: {
    code: "card_declined",
    decline_code: "test_mode_live_card",
    message: "Your card was declined. Only test cards work here.",
  },
};

/** The decline of an off-session charge whose issuer wants the holder present. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: "authentication_required",
  decline_code: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};

/** Declines after which a retry is pointless: the issuer said no for good. */
export const HARD_DECLINES: ReadonlySet<string> = new Set([
  "lost_card",
  "stolen_card",
  "test_mode_live_card",
]);

/**
 * Why a card refuses, or null. `saving` is attaching without a charge, which one of the test cards survives.
 */
export function declineOf(behavior: CardBehavior, purpose: "charging" | "saving"): Decline | null {
  if (purpose === "saving" && behavior === "declines_when_charged") return null;
  return DECLINES[behavior] ?? null;
}

/** Whether the holder has to pass 3-D Secure before the card pays. */
export function needsAuthentication(behavior: CardBehavior, isSetUp: boolean): boolean {
  return behavior === "authenticates_always" || (behavior === "authenticates_once" && !isSetUp);
}

export interface CardForm {
  number: string;
  expiry: string;
  cvc: string;
  name: string;
}
export type CardFormErrors = Partial<Record<keyof CardForm, string>>;

/** Checks what a person typed; answers the card, or a sentence for each field at fault. */
export function readCardForm(
  form: CardForm,
  today: Date,
): { card: CardDetails } | { errors: CardFormErrors } {
  const errors: CardFormErrors = {};
  const digits = form.number.replaceAll(/[\s-]/g, "");
  if (digits === "") errors.number = "Enter the card number.";
  else if (!/^\d+$/.test(digits)) errors.number = "A card number has digits only.";
  else if (!/^(3\d{13,14}|\d{16,19})$/.test(digits)) errors.number = "This card number is incomplete.";
  else if (!passesLuhn(digits)) errors.number = "This card number is invalid; check for a typing mistake.";
  const expiry = readExpiry(form.expiry);
  if (form.expiry.trim() === "") errors.expiry = "Enter the expiry date.";
  else if (!expiry) errors.expiry = "Write the expiry as month and year, for example 04 / 30.";
  else if (isPast(expiry, today)) errors.expiry = "This card's expiry date is in the past.";
  const cvcLength = /^3[47]/.test(digits) ? 4 : 3;
  const cvc = form.cvc.trim();
  if (cvc === "") errors.cvc = "Enter the security code.";
  else if (!new RegExp(`^\\d{${cvcLength}}$`).test(cvc))
    errors.cvc = `The security code has ${cvcLength} digits.`;
  if (form.name.trim() === "") errors.name = "Enter the name on the card.";
  else if (form.name.length > 200) errors.name = "Use at most 200 characters.";
  if (Object.keys(errors).length > 0 || !expiry) return { errors };
  return { card: describeCard(digits, expiry.month, expiry.year) };
}

/** What is kept of a card: never its number. */
export function describeCard(digits: string, expMonth: number, expYear: number): CardDetails {
  const succeeding = SUCCEEDING[digits];
  const last4 = digits.slice(-4);
  const brand =
    succeeding?.[0] ?? (digits.startsWith("5") ? "mastercard" : digits.startsWith("3") ? "amex" : "visa");
  return {
    brand,
    funding: succeeding?.[1] ?? "credit",
    last4,
    exp_month: expMonth,
    exp_year: expYear,
    fingerprint: createHash("sha256").update(`${brand} ${last4}`).digest("base64url").slice(0, 16),
    behavior: succeeding ? "succeeds" : (SPECIAL[digits] ?? "not_a_test_card"),
  };
}

function readExpiry(text: string): { month: number; year: number } | null {
  const match = /^\s*(\d{1,2})\s*[/\-. ]?\s*(\d{4}|\d{2})\s*$/.exec(text);
  if (!match) return null;
  const month = Number(match[1]);
  const year = Number(match[2]);
  if (month < 1 || month > 12) return null;
  return { month, year: year < 100 ? 2000 + year : year };
}

function isPast({ month, year }: { month: number; year: number }, today: Date): boolean {
  return year * 12 + month < today.getUTCFullYear() * 12 + today.getUTCMonth() + 1;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
