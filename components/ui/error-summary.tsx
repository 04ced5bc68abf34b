"use client";

import { useEffect, useRef } from "react";
import styles from "./error-summary.module.css";

type ErrorSummaryProps = {
  title?: string;
  /** What concerns the whole form. */
  message?: string | undefined;
  /** Field name to what is wrong with it. A link leads to the element whose id is the field's name. */
  fieldErrors?: Readonly<Record<string, readonly string[] | string | undefined>> | undefined;
};

/**
 * What a form refused, above the form. Takes the focus when it appears or changes, so that nobody has to look
 * for it; renders nothing when there is nothing to say.
 */
export function ErrorSummary({
  title = "That did not go through",
  message,
  fieldErrors = {},
}: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  const problems = Object.entries(fieldErrors).flatMap(([field, found]) =>
    (typeof found === "string" ? [found] : (found ?? [])).map((text) => ({ field, text })),
  );
  const said = [message ?? "", ...problems.map((problem) => problem.text)].join("\n");

  useEffect(() => {
    if (said.trim()) box.current?.focus();
  }, [said]);

  if (!said.trim()) return null;
  return (
    <div className={styles.summary} role="alert" tabIndex={-1} ref={box}>
      <p className={styles.title}>{title}</p>
      {message && <p>{message}</p>}
      {problems.length > 0 && (
        <ul className={styles.list}>
          {problems.map(({ field, text }) => (
            <li key={`${field} ${text}`}>
              <a href={`#${field}`}>{text}</a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
