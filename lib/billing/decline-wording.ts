/** What a refused charge means to a parent. `final`: the same card is not charged again. */
export type Decline = {
  readonly final: boolean;
  /** Why, in a sentence that follows "we could not charge your card". */
  readonly why: string;
  /** What to do, in a sentence. */
  readonly remedy: string;
};

/** The words of an issuer that says no for good: domain.md names some, Stripe's list of codes the others. */
const FINAL: ReadonlySet<string> = new Set([
  "do_not_honor",
  "do_not_try_again",
  "fraudulent",
  "invalid_account",
  "lost_card",
  "merchant_blacklist",
  "pickup_card",
  "restricted_card",
  "revocation_of_all_authorizations",
  "revocation_of_authorization",
  "security_violation",
  "stolen_card",
  "stop_payment_order",
  "test_mode_live_card",
  "transaction_not_allowed",
]);

/** Lost or stolen is never said: whoever reads the mail may not be the holder of the card. */
const FINAL_WORDS = {
  why: "Your bank does not allow this card to be charged, and asks us not to try it again.",
  remedy: "Please use another card, or ask your bank about this one.",
};

const GENERIC = {
  why: "Your bank declined the charge without saying why.",
  remedy: "Often a call to the bank is enough; another card works at once.",
};

const WORDS: Readonly<Record<string, { why: string; remedy: string }>> = {
  insufficient_funds: {
    why: "Your bank says that the account does not have enough money for it at the moment.",
    remedy: "If money is on its way, there is nothing to do. Otherwise use another card.",
  },
  card_velocity_exceeded: {
    why: "Your bank says that the card has reached its limit.",
    remedy: "Ask your bank to raise the limit, or use another card.",
  },
  withdrawal_count_limit_exceeded: {
    why: "Your bank says that the card has reached its limit.",
    remedy: "Ask your bank to raise the limit, or use another card.",
  },
  expired_card: {
    why: "The card has expired.",
    remedy: "Please enter the card that your bank sent you in its place.",
  },
  incorrect_cvc: {
    why: "The security code that we have for the card is not right.",
    remedy: "Please enter the card once more, with the three or four digits of its security code.",
  },
  invalid_cvc: {
    why: "The security code that we have for the card is not right.",
    remedy: "Please enter the card once more, with the three or four digits of its security code.",
  },
  incorrect_number: {
    why: "The number that we have for the card is not right.",
    remedy: "Please enter the card once more.",
  },
  processing_error: {
    why: "The bank could not process the charge; this has nothing to do with you.",
    remedy: "There is nothing to do; we try again.",
  },
  try_again_later: {
    why: "The bank could not process the charge; this has nothing to do with you.",
    remedy: "There is nothing to do; we try again.",
  },
  issuer_not_available: {
    why: "Your bank could not be reached.",
    remedy: "There is nothing to do; we try again.",
  },
  authentication_required: {
    why: "Your bank wants you to confirm charges to this card yourself.",
    remedy: "Please enter the card once more and confirm it with your bank, or use another one.",
  },
  no_card: {
    why: "There is no card on file to charge.",
    remedy: "Please enter a card.",
  },
};

/** Whether the issuer said no for good, so that the same card is never charged again. */
export function isFinalDecline(code: string): boolean {
  return FINAL.has(code);
}

/** A decline code of Stripe in words for a parent; codes that are not known are a decline without a reason. */
export function declineInWords(code: string): Decline {
  if (FINAL.has(code)) return { final: true, ...FINAL_WORDS };
  return { final: false, ...(WORDS[code] ?? GENERIC) };
}
