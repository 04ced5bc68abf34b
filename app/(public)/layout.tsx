import type { Route } from "next";
import type { ReactNode } from "react";
import { SiteFooter } from "@/components/site/site-footer";
import { SiteHeader } from "@/components/site/site-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { portalHome } from "@/lib/auth/rules";
import { currentPrincipal } from "@/lib/auth/session";
import styles from "./public.module.css";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const [academy, person] = await Promise.all([loadAcademy(), currentPrincipal()]);
  return (
    <>
      <SiteHeader portal={person && { label: "My academy", href: portalHome(person.role) as Route }} />
      <main className={styles.page} id="main" tabIndex={-1}>
        {children}
      </main>
      <SiteFooter academy={academy} />
    </>
  );
}
