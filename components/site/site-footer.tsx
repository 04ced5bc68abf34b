import Link from "next/link";
import { Wordmark } from "@/components/brand/wordmark";
import { ColorSchemeToggle } from "@/components/ui/color-scheme-toggle";
import { publicPages } from "./public-pages";
import styles from "./site-footer.module.css";

type SiteFooterProps = {
  /** Absent while the academy's facts cannot be read: the pages stay. */
  academy: { name: string; email: string; phone: string; address: string } | null;
};

/** The public pages' footer: who we are, where to go, how to reach us. */
export function SiteFooter({ academy }: SiteFooterProps) {
  return (
    <footer className={styles.footer}>
      <div className={styles.inside}>
        <div>
          <Wordmark />
          <p className={styles.about}>
            {academy?.name ?? "Cedar Heights Music Academy"}. Private and group lessons for every age, in
            person, at times you choose yourself.
          </p>
          <div className={styles.toggle}>
            <ColorSchemeToggle />
          </div>
        </div>
        <nav aria-label="Footer">
          <h2 className={styles.title}>The academy</h2>
          <ul className={styles.list}>
            {publicPages.map((page) => (
              <li key={page.href}>
                <Link href={page.href}>{page.label}</Link>
              </li>
            ))}
            <li>
              <Link href="/contact">Contact</Link>
            </li>
          </ul>
        </nav>
        {academy && (
          <address className={styles.address}>
            <h2 className={styles.title}>Reach us</h2>
            <ul className={styles.list}>
              <li>
                <a href={`mailto:${academy.email}`}>{academy.email}</a>
              </li>
              <li>
                <a href={`tel:${academy.phone.replace(/[^+\d]/g, "")}`}>{academy.phone}</a>
              </li>
              <li>{academy.address}</li>
            </ul>
          </address>
        )}
      </div>
    </footer>
  );
}
