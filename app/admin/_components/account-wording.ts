import type { LedgerAccount } from "@/lib/db/database.gen";

/** The accounts of the books in words. */
export const accountWords: Readonly<Record<LedgerAccount, string>> = {
  stripe_balance: "Stripe balance",
  family_receivable: "Owed by the family",
  family_credit: "Family's credit",
  trial_revenue: "Revenue: trial lessons",
  tuition_revenue: "Revenue: tuition",
  registration_revenue: "Revenue: registration",
  class_revenue: "Revenue: classes",
  recital_revenue: "Revenue: recitals",
  late_fees: "Revenue: late fees",
  disputes: "Disputed payments",
  refunds: "Refunds",
};
