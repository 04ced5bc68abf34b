import type { Route } from "next";
import Link from "next/link";
import { Wordmark } from "@/components/brand/wordmark";
import { ActiveLink } from "@/components/ui/active-link";
import { ButtonLink } from "@/components/ui/button-link";
import { ColorSchemeToggle } from "@/components/ui/color-scheme-toggle";
import { Drawer } from "@/components/ui/drawer";
import { MenuGlyph } from "@/components/ui/menu-glyph";
import { publicPages } from "./public-pages";
import styles from "./site-header.module.css";

type SiteHeaderProps = {
  /** Where somebody who is signed in goes from here; a visitor is offered to sign in. */
  portal: { label: string; href: Route } | null;
};

/** The public pages' header: on a phone the name, Enroll and a menu in one line. */
export function SiteHeader({ portal }: SiteHeaderProps) {
  const account = portal ?? { label: "Sign in", href: "/login" as Route };
  return (
    <header className={styles.header}>
      <div className={styles.bar}>
        <Link href="/" className={styles.home} aria-label="Cedar Heights, home">
          <Wordmark />
        </Link>
        <nav className={styles.nav} aria-label="Pages">
          <ul>
            {publicPages.map((page) => (
              <li key={page.href}>
                <ActiveLink href={page.href} className={styles.link}>
                  {page.label}
                </ActiveLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.actions}>
          <span className={styles.signIn}>
            <ButtonLink href={account.href} variant="secondary">
              {account.label}
            </ButtonLink>
          </span>
          <ButtonLink href={"/enroll" as Route}>Enroll</ButtonLink>
          <div className={styles.menu}>
            <Drawer label="Menu" trigger={<MenuGlyph />}>
              <nav className={styles.menuNav} aria-label="Menu">
                <ul>
                  {[...publicPages, { label: "Contact", href: "/contact" as Route }].map((page) => (
                    <li key={page.href}>
                      <ActiveLink href={page.href} className={styles.menuLink}>
                        {page.label}
                      </ActiveLink>
                    </li>
                  ))}
                </ul>
              </nav>
              <div className={styles.menuActions}>
                <ButtonLink href={account.href} variant="secondary" wide>
                  {account.label}
                </ButtonLink>
                <ButtonLink href={"/enroll" as Route} wide>
                  Enroll
                </ButtonLink>
                <ColorSchemeToggle />
              </div>
            </Drawer>
          </div>
        </div>
      </div>
    </header>
  );
}
