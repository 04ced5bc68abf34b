/**
 * A failure that a person can mend. The message is one or two plain sentences: what happened, and the way out.
 * The verbs print it without a stack trace and end with code 1.
 */
export class StackError extends Error {
  override readonly name = "StackError";
}

/** Narrows an unknown error to one with a system code such as `ENOSPC` or `EACCES`. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

function pathOf(error: unknown): string {
  return error instanceof Error && "path" in error && typeof error.path === "string"
    ? error.path
    : "a file it needs";
}

/** Turns well-known system failures into a sentence with the way out; passes everything else through. */
export function explainSystemError(error: unknown): unknown {
  switch (systemCode(error)) {
    case "ENOSPC":
      return new StackError(
        "The disk is full. Free about 2 GB (or point TMPDIR at a larger disk) and run the command again.",
        { cause: error },
      );
    case "EROFS":
      return new StackError(
        "This folder is on a read-only disk. Clone the project to a place that can be written and run the command there.",
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
      return new StackError(
        `This user may not write ${pathOf(error)}. Own the folder with \`chown -R $(id -un) .\`, or clone the project as this user.`,
        { cause: error },
      );
    case "EMFILE":
      return new StackError(
        "Too many files are open on this machine. Raise the limit with `ulimit -n 4096`.",
        {
          cause: error,
        },
      );
    default:
      return error;
  }
}
