import type { Route } from "next";
import Link from "next/link";
import styles from "./back-link.module.css";

/** The way up from a page about one thing to the list it stands in. */
export function BackLink({ href, children }: { href: Route; children: string }) {
  return (
    <Link href={href} className={styles.back}>
      <span aria-hidden="true">←</span> {children}
    </Link>
  );
}
