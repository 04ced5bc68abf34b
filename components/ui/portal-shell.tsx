import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { ActiveLink } from "./active-link";
import { ColorSchemeToggle } from "./color-scheme-toggle";
import { Drawer } from "./drawer";
import { Initials } from "./initials";
import "./mantine.css";
import { MenuGlyph } from "./menu-glyph";
import styles from "./portal-shell.module.css";

type PortalNavItem = {
  label: string;
  href: Route;
  /** A tabler icon element; drawn at 20 px. */
  icon: ReactNode;
  /** Current on this very page only: for the portal's first page. */
  exact?: boolean;
  /** How many things wait there; nothing is shown for 0. */
  count?: number;
};

type PortalShellProps = {
  /** In their order of use: the first four stand in the phone's bottom bar, all of them in its menu. */
  nav: readonly PortalNavItem[];
  userName: string;
  /** What the person is here: "Parent", "Teacher", "Administrator". */
  roleLabel: string;
  /** The brand, linking to the portal's first page. */
  brand: ReactNode;
  homeHref: Route;
  /** Server action that ends the session. */
  signOut: () => Promise<void>;
  children: ReactNode;
};

/** The frame of a signed-in portal: side navigation on a desktop, a bottom bar and a menu on a phone. */
export function PortalShell({
  nav,
  userName,
  roleLabel,
  brand,
  homeHref,
  signOut,
  children,
}: PortalShellProps) {
  const person = (
    <div className={styles.person}>
      <div className={styles.who}>
        <Initials name={userName} size={34} />
        <span>{userName}</span>
      </div>
      <div className={styles.personActions}>
        <ColorSchemeToggle />
        <form action={signOut}>
          <button type="submit" className={styles.signOut}>
            Sign out
          </button>
        </form>
      </div>
    </div>
  );
  const home = (
    <Link href={homeHref} style={{ color: "inherit", textDecoration: "none" }}>
      {brand}
    </Link>
  );
  return (
    <div className={styles.shell}>
      <header className={styles.side}>
        <div className={styles.brand}>{home}</div>
        <p className={styles.role}>{roleLabel}</p>
        <nav aria-label={roleLabel}>
          <PortalNavList items={nav} />
        </nav>
        {person}
      </header>
      <header className={styles.top}>
        {home}
        <Drawer label="Menu" trigger={<MenuGlyph />}>
          <p className={styles.role}>{roleLabel}</p>
          <nav aria-label={`${roleLabel}, all pages`}>
            <PortalNavList items={nav} />
          </nav>
          {person}
        </Drawer>
      </header>
      <main className={styles.main} id="main" tabIndex={-1}>
        {children}
      </main>
      <nav className={styles.bottom} aria-label={`${roleLabel}, main pages`}>
        <PortalNavList items={nav.slice(0, 4)} />
      </nav>
    </div>
  );
}

function PortalNavList({ items }: { items: readonly PortalNavItem[] }) {
  return (
    <ul className={styles.nav}>
      {items.map((item) => (
        <li key={item.href}>
          <ActiveLink href={item.href} className={styles.item} exact={item.exact ?? false}>
            {item.icon}
            <span>{item.label}</span>
            {item.count ? <span className={styles.count}>{item.count}</span> : null}
          </ActiveLink>
        </li>
      ))}
    </ul>
  );
}
