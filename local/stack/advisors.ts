import { z } from "zod";
import { inProject } from "./project";
import { runNodeProgram } from "./run-program";
import { StackError } from "./stack-error";

const answerShape = z.object({
  results: z.array(
    z.object({
      name: z.string(),
      level: z.string(),
      detail: z.string(),
      remediation: z.string(),
      metadata: z.object({ schema: z.string().optional(), name: z.string().optional() }).optional(),
    }),
  ),
});

type Finding = z.infer<typeof answerShape>["results"][number];

/** `ERROR rls_disabled_in_public: public.lessons`, what is wrong with it and where to read what to do. */
function describeFinding({ name, level, detail, remediation, metadata }: Finding): string {
  const object = [metadata?.schema, metadata?.name].filter((part) => part !== undefined).join(".");
  return `  ${level} ${name}${object ? `: ${object}` : ""}\n    ${detail}\n    What to do: ${remediation}`;
}

/**
 * Asks Supabase's own security and performance advisors about a migrated database (under a second). Findings that depend
 * on what an API would show are asked of the schema public, although the academy's data goes through no API.
 * @throws StackError that lists the findings of level WARN and above, or says why there is no answer.
 */
export async function consultAdvisors(adminUrl: string, signal?: AbortSignal): Promise<void> {
  const url = new URL(adminUrl);
  url.searchParams.set("sslmode", "disable");
  // Written by hand: this reader of addresses takes %20 for a space, and no plus.
  const address = `${url.href}&options=-c%20pgrst.db_schemas%3Dpublic`;
  const { code, lines } = await runNodeProgram(
    [
      inProject("node_modules", "supabase", "dist", "supabase.js"),
      ...["db", "advisors", "--db-url", address],
      ...["--type", "all", "--level", "warn", "--fail-on", "warn", "--output-format", "json"],
    ],
    { signal },
  );
  const findings = readFindings(lines);
  if (findings === undefined) {
    const words = lines.join("\n").replaceAll(address, "the database");
    throw new StackError(`The advisors gave no answer (exit code ${code}):\n${words}`);
  }
  if (findings.length > 0) {
    throw new StackError(
      `${findings.map(describeFinding).join("\n")}\nMend what they find in a new file of supabase/migrations.`,
    );
  }
  if (code !== 0) throw new StackError(`The advisors ended with code ${code} and no finding.`);
}

/** The one line of JSON among what the program says; undefined when there is none of that shape. */
function readFindings(lines: readonly string[]): Finding[] | undefined {
  const line = lines.find((text) => text.startsWith("{"));
  if (line === undefined) return undefined;
  try {
    return answerShape.parse(JSON.parse(line)).results;
  } catch {
    return undefined;
  }
}
