import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Stack } from "@/components/portal/columns";
import { SeriesFacts } from "@/components/scheduling/series-facts";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { formatDay, zoneCity } from "@/lib/format";
import { readId } from "@/lib/ids";
import { getLesson } from "@/lib/scheduling/lesson-queries";
import { getSeriesOfLesson, listSeriesMoves } from "@/lib/scheduling/series";
import { clockWords, WEEKDAYS, type WeeklyTime } from "@/lib/scheduling/series-rules";
import { listWeeklyTimes, WEEKS_AHEAD } from "@/lib/scheduling/series-times";
import { FamilyMoveForm } from "./_components/family-move-form";

export const metadata: Metadata = { title: "Move weekly lessons" };

export default async function MoveSeriesPage({
  params,
  searchParams,
}: PageProps<"/family/lessons/[id]/move-series">) {
  const parent = await requirePage(["parent"]);
  const id = readId<"lesson">((await params).id);
  if (!id) notFound();
  const academy = await loadAcademy();
  const { timeZone } = academy;
  const found = await withPrincipal(parent, async (db) => {
    const lesson = await getLesson(db, id);
    const series = lesson && (await getSeriesOfLesson(db, id));
    if (!series) return null;
    const time = { lessonId: id, weekday: series.weekday, start: series.starts };
    return {
      lesson,
      series,
      following: await listSeriesMoves(db, { ...time, scope: "following" }),
      all: await listSeriesMoves(db, { ...time, scope: "all" }),
    };
  });
  if (!found) notFound();
  const { lesson, series, following, all } = found;
  const times = await listWeeklyTimes(academy, id, following);
  const scope = (await searchParams).scope === "all" ? "all" : "following";

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/family/lessons">Lessons</BackLink>}
        title={`Move ${lesson.student.firstName}'s weekly lessons`}
        description={`From the lesson on ${formatDay(lesson.startsAt, timeZone)}. All times are ${zoneCity(timeZone)} time, also across daylight saving.`}
      />
      <Stack>
        <Card title="As they are now">
          <SeriesFacts series={series} />
        </Card>
        {following.length === 0 || times.length === 0 ? (
          <EmptyState
            title={following.length === 0 ? "No lesson is left to move" : "No other time is open every week"}
            action={<ButtonLink href="/contact">Ask the academy</ButtonLink>}
          >
            <p>
              {following.length === 0
                ? "The weekly lessons from this one on are over or cancelled."
                : `${series.teacher.name} has no other time that is open in most weeks. The academy finds one with you.`}
            </p>
          </EmptyState>
        ) : (
          <Card
            title="Where they go"
            description={`Open times are those of the next ${WEEKS_AHEAD} weeks; every week is shown before you decide.`}
          >
            <FamilyMoveForm
              teacherName={series.teacher.name}
              typed={{ lessonId: id, scope, time: timeValue(times[0]) }}
              scopes={[
                {
                  value: "following",
                  label: `This and the following (${following.length})`,
                },
                { value: "all", label: `All that are to come (${all.length})` },
              ]}
              times={WEEKDAYS.flatMap((label, weekday) => {
                const options = times.filter((time) => time.weekday === weekday);
                return options.length === 0
                  ? []
                  : [
                      {
                        label,
                        options: options.map((time) => ({
                          value: timeValue(time),
                          label: `${label}s at ${clockWords(time.starts)}${time.isAlwaysOpen ? "" : ` (${time.weeks} of ${time.ofWeeks} weeks)`}`,
                        })),
                      },
                    ];
              })}
            />
          </Card>
        )}
      </Stack>
    </>
  );
}

function timeValue(time: Pick<WeeklyTime, "weekday" | "starts"> | undefined): string {
  return time ? `${time.weekday} ${time.starts}` : "";
}
