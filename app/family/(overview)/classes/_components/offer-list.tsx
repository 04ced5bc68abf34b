"use client";

import Link from "next/link";
import { useActionState } from "react";
import { RemainingTime } from "@/components/scheduling/remaining-time";
import { Card } from "@/components/ui/card";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { StatusBadge } from "@/components/ui/status-badge";
import { SubmitButton } from "@/components/ui/submit-button";
import { type AnswerState, answerOfferAction } from "@/lib/scheduling/waitlist-actions";
import styles from "../classes.module.css";

export type ShownOffer = {
  id: string;
  /** "A piano lesson for Mia" */
  title: string;
  /** What accepting comes to, sentence by sentence. */
  outcome: readonly string[];
  msLeft: number;
  /** "Thu, Dec 3, 6:15 pm EST" */
  until: string;
};

const unanswered: AnswerState = { done: null, lessons: 0, refused: null, instead: [] };

/** The family's open offers, each with what accepting it comes to; what became of an answer stays on the page. */
export function OfferList({ offers }: { offers: readonly ShownOffer[] }) {
  const [state, action] = useActionState(answerOfferAction, unanswered);
  const isSaid = state.done !== null || state.refused !== null;
  if (offers.length === 0 && !isSaid) return null;
  return (
    <section aria-label="Offers" id="offers" className={styles.offers}>
      <ErrorSummary title="The offer was not accepted" message={state.refused?.message} />
      {state.instead.length > 0 && (
        <Notice title="These times are open instead">
          <ul className={styles.instead} aria-label="Open times instead">
            {state.instead.map((time) => (
              <li key={time.href}>
                <Link href={time.href}>{time.label}</Link> <span className={styles.facts}>{time.reason}</span>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {state.done === "seat" && (
        <Notice tone="good" role="status" title="The seat is yours">
          All {state.lessons} lessons are in your calendar.
        </Notice>
      )}
      {state.done === "declined" && (
        <Notice tone="neutral" role="status" title="Declined">
          The offer goes to the next family. You keep your place on the waitlist.
        </Notice>
      )}
      {offers.map((offer) => (
        <Card
          key={offer.id}
          title={offer.title}
          raised
          actions={
            <StatusBadge tone="waiting">
              <RemainingTime msLeft={offer.msLeft} />
            </StatusBadge>
          }
        >
          <form action={action} className={styles.form}>
            <input type="hidden" name="offerId" value={offer.id} />
            <ul className={styles.outcome}>
              {offer.outcome.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
              <li>
                It is kept for you until <strong>{offer.until}</strong>. If you decline or do not answer, it
                goes to the next family, and you keep your place on the waitlist.
              </li>
            </ul>
            <div className={styles.buttons}>
              <SubmitButton name="intent" value="accept" pending="Accepting…">
                Accept
              </SubmitButton>
              <SubmitButton name="intent" value="decline" variant="secondary" pending="Declining…">
                Decline
              </SubmitButton>
            </div>
          </form>
        </Card>
      ))}
    </section>
  );
}
