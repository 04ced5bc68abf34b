import type { Metadata } from "next";
import { ListFilters } from "@/components/portal/list-filters";
import { CalendarPage } from "@/components/scheduling/calendar-page";
import type { SelectOption } from "@/components/ui/select-field";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { queryValue } from "@/lib/reporting/list-params";
import { type CalendarResource, daysOf, readCalendarAddress, rowsFor } from "@/lib/scheduling/calendar";
import { checkPlaceAction, moveAction, previewMoveAction } from "@/lib/scheduling/calendar-actions";
import { getCalendar } from "@/lib/scheduling/calendar-queries";

export const metadata: Metadata = { title: "Calendar" };

export default async function AdminCalendar({ searchParams }: PageProps<"/admin/calendar">) {
  const admin = await requirePage(["admin"]);
  const query = await searchParams;
  const { timeZone } = await loadAcademy();
  const now = clock.now();
  const address = readCalendarAddress(query, localDate(now, timeZone));
  const view = address.view ?? "day";
  const { first, last } = daysOf(view, address.date);
  const by: "teacher" | "room" = queryValue(query, "rows") === "room" ? "room" : "teacher";
  const teacherId = readId<"teacher">(queryValue(query, "teacher"));
  const roomId = readId<"room">(queryValue(query, "room"));
  const instrumentId = readId<"instrument">(queryValue(query, "instrument"));
  const range = await withPrincipal(admin, (db) =>
    getCalendar(db, {
      of: "academy",
      firstDay: first,
      lastDay: last,
      teacherId: teacherId ?? undefined,
      roomId: roomId ?? undefined,
      instrumentId: instrumentId ?? undefined,
    }),
  );
  const items = [...range.lessons, ...range.holds];
  const all = rowsFor(items, by, by === "room" ? range.rooms : range.teachers);
  const wanted = by === "room" ? roomId : teacherId;
  const resources = wanted ? all.filter(({ id }) => id === wanted) : all;
  // One teacher's, or one room's, week is a calendar of its own; several stand below one another.
  const rows = wanted && view === "week" ? null : { by, resources };
  const options = (everything: string, known: readonly CalendarResource[]): SelectOption[] => [
    { value: "", label: everything },
    ...known.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const words = {
    rows: by === "room" ? "room" : "",
    teacher: teacherId ?? "",
    room: roomId ?? "",
    instrument: instrumentId ?? "",
  };
  return (
    <CalendarPage
      path="/admin/calendar"
      words={words}
      address={address}
      standard="day"
      range={range}
      timeZone={timeZone}
      now={now}
      reader="academy"
      lessonPath="/admin/lessons"
      rows={rows}
      teacherId={teacherId}
      moving={{
        actions: { check: checkPlaceAction, preview: previewMoveAction, move: moveAction },
        movableIds: range.lessons
          .filter((lesson) => lesson.status === "scheduled" && lesson.startsAt > now)
          .map(({ id }) => id),
        teachers: range.teachers,
        rooms: range.rooms,
      }}
      filters={
        <ListFilters
          action="/admin/calendar"
          isFiltered={Boolean(teacherId || roomId || instrumentId)}
          selects={[
            {
              name: "rows",
              label: "Rows",
              value: by,
              options: [
                { value: "teacher", label: "Teachers" },
                { value: "room", label: "Rooms" },
              ],
            },
            {
              name: "teacher",
              label: "Teacher",
              value: teacherId ?? "",
              options: options("All teachers", range.teachers),
            },
            { name: "room", label: "Room", value: roomId ?? "", options: options("All rooms", range.rooms) },
            {
              name: "instrument",
              label: "Instrument",
              value: instrumentId ?? "",
              options: options("All instruments", range.instruments),
            },
          ]}
        >
          <input type="hidden" name="view" value={view} />
          <input type="hidden" name="date" value={address.date} />
        </ListFilters>
      }
      hint={
        <>
          Drag a lesson to another time, teacher or room, or press <kbd>M</kbd> on it and walk with the arrow
          keys, or use Move… in the list below. Whether a place is free is shown before you let go.
        </>
      }
    />
  );
}
