import type { InvoiceStatus } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";
import type { Money } from "@/lib/money";
import type { NextMove } from "./collection-rules";

/** A charge that a card refused. */
export type FailedCharge = {
  readonly id: string;
  readonly at: Date;
  readonly amount: Money;
  readonly declineCode: string;
  readonly card: { readonly brand: string; readonly last4: string } | null;
};

/** A bill that a charge failed for. `next`: what the academy does by itself. `dueOn`: a day, ISO. */
export type FailedBill = {
  readonly id: Id<"invoice">;
  readonly number: number;
  readonly status: InvoiceStatus;
  readonly what: string;
  readonly left: Money;
  readonly dueOn: string;
  readonly pausesAt: Date;
  readonly isPaused: boolean;
  readonly attempts: readonly FailedCharge[];
  readonly next: NextMove;
};
