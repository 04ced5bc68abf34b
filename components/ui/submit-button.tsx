"use client";

import type { ReactNode } from "react";
import { useFormStatus } from "react-dom";
import styles from "./button.module.css";
import { type ButtonSize, type ButtonVariant, buttonClass } from "./button-style";

type SubmitButtonProps = {
  children: ReactNode;
  /** Shown while the form is being sent: "Saving…". */
  pending?: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  wide?: boolean;
  /** Sent with the form when a form has several buttons. */
  name?: string;
  value?: string;
};

/** Sends its form once: while an answer is awaited it says so and ignores further presses. */
export function SubmitButton({
  children,
  pending = "One moment…",
  variant = "primary",
  size = "regular",
  wide = false,
  name,
  value,
}: SubmitButtonProps) {
  const { pending: sending, data } = useFormStatus();
  // With several buttons in one form only the pressed one turns.
  const mine = sending && (name === undefined || data?.get(name) === value);
  return (
    <button
      type="submit"
      className={buttonClass(variant, size, wide)}
      name={name}
      value={value}
      // Not `disabled`: that would drop the keyboard's focus in the middle of the work.
      aria-disabled={sending || undefined}
      onClick={(event) => {
        if (sending) event.preventDefault();
      }}
    >
      {mine ? (
        <>
          <span className={styles.spinner} aria-hidden="true" />
          <span role="status">{pending}</span>
        </>
      ) : (
        children
      )}
    </button>
  );
}
