import { FeedForm } from "@/components/account/feed-form";
import { Card } from "@/components/ui/card";
import { loadAcademy } from "@/lib/academy/loaders";
import type { SignedIn } from "@/lib/auth/session";
import type { AppRole } from "@/lib/db/database.gen";
import { withPrincipal } from "@/lib/db/principal";
import { formatDate, formatTime, formatZone } from "@/lib/format";
import { getFeed } from "@/lib/scheduling/feed-queries";

const whatIsIn: Readonly<Record<AppRole, string>> = {
  parent: "Your family's lessons and classes",
  student: "Your lessons and classes",
  teacher: "All lessons and classes that you give",
  admin: "The whole academy's lessons, the next 4,000 and the last 1,000,",
};

/** The card of the account page from which a person's calendar programs get their lessons. */
export async function CalendarFeed({ person }: { person: SignedIn }) {
  const [{ timeZone }, feed] = await Promise.all([
    loadAcademy(),
    withPrincipal(person, (db) => getFeed(db, person.userId)),
  ]);
  const moment = (instant: Date) =>
    `${formatDate(instant, timeZone)}, ${formatTime(instant, timeZone)} ${formatZone(instant, timeZone)}`;
  return (
    <Card
      title="Calendar feed"
      id="calendar-feed"
      description={`${whatIsIn[person.role]} in the calendar of your phone or computer, from three months ago to the end of the last planned term. What is moved or cancelled changes there by itself.`}
    >
      <FeedForm
        feed={
          feed && {
            made: moment(feed.createdAt),
            lastRead: feed.lastReadAt && moment(feed.lastReadAt),
          }
        }
      />
    </Card>
  );
}
