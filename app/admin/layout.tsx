import {
  IconBeach,
  IconCalendar,
  IconCalendarMonth,
  IconCalendarOff,
  IconClipboardList,
  IconCreditCard,
  IconHistory,
  IconHome,
  IconHourglass,
  IconMusic,
  IconRoute,
  IconSchool,
  IconShieldLock,
  IconSun,
  IconUser,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/wordmark";
import { PortalShell } from "@/components/ui/portal-shell";
import { signOutAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { getWaitingCounts } from "@/lib/reporting/today-queries";
import { countOpenLessons } from "@/lib/teachers/time-off";

export const metadata: Metadata = { title: { default: "The academy", template: "%s · Cedar Heights" } };

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const admin = await requirePage(["admin"]);
  const waiting = await withPrincipal(admin, async (db) => ({
    ...(await getWaitingCounts(db)),
    openLessons: await countOpenLessons(db),
  }));
  return (
    <PortalShell
      nav={[
        { label: "Today", href: "/admin", icon: <IconSun />, exact: true },
        {
          label: "Enrollments",
          href: "/admin/enrollments",
          icon: <IconClipboardList />,
          count: waiting.provisional,
        },
        { label: "Lessons", href: "/admin/lessons", icon: <IconCalendar /> },
        { label: "Calendar", href: "/admin/calendar", icon: <IconCalendarMonth /> },
        { label: "Classes", href: "/admin/classes", icon: <IconUsersGroup /> },
        { label: "Waitlist", href: "/admin/waitlist", icon: <IconHourglass /> },
        { label: "Payments", href: "/admin/payments", icon: <IconCreditCard /> },
        { label: "Families", href: "/admin/families", icon: <IconHome /> },
        { label: "Students", href: "/admin/students", icon: <IconMusic /> },
        { label: "Teachers", href: "/admin/teachers", icon: <IconSchool /> },
        { label: "Time off", href: "/admin/time-off", icon: <IconBeach />, count: waiting.openLessons },
        { label: "Closures", href: "/admin/closures", icon: <IconCalendarOff /> },
        { label: "Workflows", href: "/admin/workflows", icon: <IconRoute />, count: waiting.failedRuns },
        { label: "Audit trail", href: "/admin/audit", icon: <IconHistory /> },
        { label: "Privacy", href: "/admin/privacy", icon: <IconShieldLock /> },
        { label: "Account", href: "/admin/account", icon: <IconUser /> },
      ]}
      userName={admin.name}
      roleLabel="Administrator"
      brand={<Wordmark />}
      homeHref="/admin"
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
