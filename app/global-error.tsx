"use client";

type FailureProps = { error: Error & { digest?: string }; retry: () => void };

/** Stands in for the whole document, so it brings its own few styles and needs no other file. */
export default function GlobalFailure({ error, retry }: FailureProps) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Cedar Heights</title>
        <style>{`
          :root { color-scheme: light dark; }
          body { background: light-dark(#fbf8f2, #141a17); color: light-dark(#1f2a25, #edf1ee);
            font: 17px/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 600px; padding: 15vh 24px; }
          h1 { font-family: Georgia, serif; line-height: 1.2; }
          button { background: light-dark(#2c6e52, #69bb96); border: 0; border-radius: 10px;
            color: light-dark(#fff, #141a17); cursor: pointer; font: inherit; font-weight: 600;
            min-height: 44px; padding: 8px 18px; }
        `}</style>
        <main>
          <h1>Something went wrong on our side</h1>
          <p>The page could not be shown. Whatever you had already sent is kept. Trying again often helps.</p>
          <button type="button" onClick={() => retry()}>
            Try again
          </button>
          {error.digest && <p>If you write to us about it, please quote {error.digest}.</p>}
        </main>
      </body>
    </html>
  );
}
