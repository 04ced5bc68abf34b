import { DataList } from "@/components/ui/data-list";
import { countOf, formatDateSpan } from "@/lib/format";
import type { Series } from "@/lib/scheduling/series";
import { seriesWords } from "@/lib/scheduling/series-rules";

/** A series in facts: when, until, with whom, lessons given and to come. */
export function SeriesFacts({ series }: { series: Series }) {
  return (
    <DataList
      items={[
        { label: "Time", value: seriesWords(series) },
        { label: "From and until", value: formatDateSpan(series.firstDay, series.lastDay) },
        { label: "Teacher", value: series.teacher.name },
        ...(series.roomName ? [{ label: "Room", value: series.roomName }] : []),
        { label: "Length", value: `${series.minutes} minutes` },
        {
          label: "Given and coming",
          value: `${countOf(series.given, "lesson")} given, ${series.coming} coming`,
        },
      ]}
    />
  );
}
