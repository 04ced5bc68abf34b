"use client";

import { TextInput } from "@mantine/core";
import { useActionState, useRef, useState } from "react";
import { buttonClass } from "@/components/ui/button-style";
import { DataList } from "@/components/ui/data-list";
import { ErrorSummary } from "@/components/ui/error-summary";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { changeFeedAction, type FeedFormState } from "@/lib/scheduling/feed-actions";
import styles from "./feed-form.module.css";

type FeedFormProps = {
  /** When the address that works was made and last read, in words; null when there is none, or nobody has read it. */
  feed: { readonly made: string; readonly lastRead: string | null } | null;
};

const untouched: FeedFormState = { stage: "facts", made: null, refused: null };

/** Makes, replaces and revokes a person's calendar feed. What ends an address says so before it is done. */
export function FeedForm({ feed }: FeedFormProps) {
  const [state, action] = useActionState(changeFeedAction, untouched);
  return (
    <form action={action} className={styles.form}>
      <ErrorSummary title="Nothing was changed" message={state.refused?.message} />
      {state.stage === "made" && state.made ? (
        <NewAddress address={state.made.address} link={state.made.link} />
      ) : feed && (state.stage === "replacing" || state.stage === "revoking") ? (
        <Question stage={state.stage} lastRead={feed.lastRead} />
      ) : (
        <Facts feed={feed} isRevoked={state.stage === "revoked"} />
      )}
    </form>
  );
}

function Facts({ feed, isRevoked }: FeedFormProps & { isRevoked: boolean }) {
  if (feed) {
    return (
      <>
        <DataList
          items={[
            { label: "Address made", value: feed.made },
            { label: "Last read", value: feed.lastRead ?? "not yet" },
          ]}
        />
        <div className={styles.buttons}>
          <SubmitButton name="intent" value="replace" variant="secondary">
            Replace the address
          </SubmitButton>
          <SubmitButton name="intent" value="revoke" variant="secondary">
            Revoke the address
          </SubmitButton>
        </div>
      </>
    );
  }
  return (
    <>
      {isRevoked && (
        <Notice tone="good" role="status" title="The address has been revoked">
          It opens nothing any more. Remove the calendar from your programs, or make a new address.
        </Notice>
      )}
      <div>
        <SubmitButton name="intent" value="make" variant="tinted" pending="Making it…">
          Make my calendar address
        </SubmitButton>
      </div>
    </>
  );
}

function Question({ stage, lastRead }: { stage: "replacing" | "revoking"; lastRead: string | null }) {
  const isReplacing = stage === "replacing";
  return (
    <>
      <Notice tone={isReplacing ? "waiting" : "bad"} role="status" title="This is what happens">
        <ul className={styles.list}>
          <li>
            The present address stops working at once and for good.{" "}
            {lastRead ? `It was last read on ${lastRead}.` : "No calendar has read it yet."}
          </li>
          <li>Calendars that use it get no more changes: lessons in them may be out of date.</li>
          {isReplacing ? (
            <li>You get a new address, which you add to your calendars in place of the old one.</li>
          ) : (
            <li>You can make another address whenever you like. This one will not come back.</li>
          )}
          <li>Your lessons and our emails stay as they are.</li>
        </ul>
      </Notice>
      <div className={styles.buttons}>
        {isReplacing ? (
          <SubmitButton name="intent" value="confirm" pending="Replacing…">
            Replace it now
          </SubmitButton>
        ) : (
          <SubmitButton name="intent" value="confirm" variant="danger" pending="Revoking…">
            Revoke it now
          </SubmitButton>
        )}
        <SubmitButton name="intent" value="back" variant="secondary">
          Keep it
        </SubmitButton>
      </div>
    </>
  );
}

function NewAddress({ address, link }: { address: string; link: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setCopied("yes");
    } catch {
      // Not every browser lets a page write there: it is marked, ready for the keyboard.
      field.current?.select();
      setCopied("refused");
    }
  };
  return (
    <>
      <Notice tone="good" role="status" title="Your calendar address is ready">
        It is shown only now: we keep no copy. Whoever has it can read these lessons, and nothing else, until
        you revoke it; signing out does not end it.
      </Notice>
      <TextInput
        ref={field}
        label="Calendar address"
        readOnly
        value={address}
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { minHeight: 44, fontSize: "1rem" } }}
      />
      <div className={styles.buttons}>
        <button type="button" className={buttonClass("primary", "regular", false)} onClick={copy}>
          Copy the address
        </button>
        <a href={link} className={buttonClass("secondary", "regular", false)}>
          Open in a calendar program
        </a>
      </div>
      <p role="status" className={styles.said}>
        {copied === "yes" && "Copied."}
        {copied === "refused" && "Your browser does not let us copy it. It is marked: press Ctrl C or ⌘ C."}
      </p>
      <div>
        <h3 className={styles.title}>How to add it</h3>
        <ul className={styles.list}>
          <li>
            <strong>Google Calendar:</strong> on a computer, beside “Other calendars” choose +, “From URL”,
            and paste it. Google looks for changes about twice a day.
          </li>
          <li>
            <strong>Apple Calendar:</strong> press “Open in a calendar program” above and choose Subscribe. On
            a Mac also File, “New Calendar Subscription”.
          </li>
          <li>
            <strong>Outlook:</strong> “Add calendar”, “Subscribe from web”, and paste it.
          </li>
        </ul>
      </div>
      <div>
        <SubmitButton name="intent" value="back" variant="quiet">
          I have added it
        </SubmitButton>
      </div>
    </>
  );
}
