import Link from "next/link";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/wordmark";
import styles from "./dead-end.module.css";

type DeadEndProps = {
  title: string;
  children: ReactNode;
  actions: ReactNode;
  reference?: string | undefined;
};

/** A page for when there is none: what happened, and the ways on. */
export function DeadEnd({ title, children, actions, reference }: DeadEndProps) {
  return (
    <main id="main" tabIndex={-1} className={styles.page}>
      <div className={styles.brand}>
        <Link href="/" aria-label="Cedar Heights, home">
          <Wordmark />
        </Link>
      </div>
      <h1>{title}</h1>
      <div className={styles.text}>{children}</div>
      <div className={styles.actions}>{actions}</div>
      {reference && (
        <p className={styles.reference}>If you write to us about it, please quote {reference}.</p>
      )}
    </main>
  );
}
