import {
  IconBeach,
  IconCalendar,
  IconCalendarMonth,
  IconClock,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/wordmark";
import { PortalShell } from "@/components/ui/portal-shell";
import { signOutAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";

export const metadata: Metadata = { title: { default: "Teaching", template: "%s · Cedar Heights" } };

export default async function TeachLayout({ children }: { children: ReactNode }) {
  const teacher = await requirePage(["teacher"]);
  return (
    <PortalShell
      nav={[
        { label: "Lessons", href: "/teach", icon: <IconCalendar />, exact: true },
        { label: "Calendar", href: "/teach/calendar", icon: <IconCalendarMonth /> },
        { label: "Students", href: "/teach/students", icon: <IconUsers /> },
        { label: "Hours", href: "/teach/availability", icon: <IconClock /> },
        { label: "Time off", href: "/teach/time-off", icon: <IconBeach /> },
        { label: "Account", href: "/teach/account", icon: <IconUser /> },
      ]}
      userName={teacher.name}
      roleLabel="Teacher"
      brand={<Wordmark />}
      homeHref="/teach"
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
