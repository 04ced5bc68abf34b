import { enrollmentSteps } from "@/lib/enrollment/rules";

const functions: Readonly<Record<string, string>> = {
  "begin-enrollment": "Enrollment: checks, accounts, payment page, reminders",
  "complete-enrollment": "Enrollment: teacher, first lesson",
  "welcome-family": "Enrollment: welcome emails",
  "handle-stripe-event": "Stripe: books brought up to an event",
  "send-receipt": "Payment: receipt",
  "tell-of-substitute": "Lesson: family and substitute told",
  "offer-waitlist": "Waitlist: a freed time offered",
  "follow-offer": "Waitlist: an offer, its letter and its end",
  "tell-about-lesson": "Lesson: cancelled, moved or made up",
  "tell-series-change": "Weekly lessons: family told",
  "apply-retention": "Privacy: what is kept no longer is removed",
};

const steps: Readonly<Record<string, string>> = {
  ...Object.fromEntries(enrollmentSteps.map((step) => [step.id, step.label])),
  "close-checkout": "Payment page closed",
  "free-the-time": "Time freed",
  "end-enrollment": "Enrollment ended",
  "tell-the-family": "Family told",
  "tell-family": "Family told",
  "tell-teacher": "Teacher told",
  refund: "Payment given back",
  lapse: "Enrollment lapsed",
  "check-lapse": "Looked whether it lapses",
  "send-receipt": "Receipt sent",
  "tell-of-substitute": "Family and substitute told",
  apply: "Books brought up",
  "find-family": "Next family of the waitlist found",
  "email-family": "Family told",
  "end-offer": "Offer ended, passed on",
  "tell-series-change": "Dates sent",
  "remove-expired": "Removed what is kept no longer",
};

/** `free-the-time` as `Free the time`: for what has no words of its own. */
function spoken(id: string): string {
  const words = id.replace(/[-_.]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a workflow does, in words. */
export function functionWords(functionId: string): string {
  return functions[functionId] ?? spoken(functionId);
}

/** What a step does, in words. */
export function stepWords(step: string): string {
  return steps[step] ?? spoken(step);
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 days`: how long something took. */
export function tookWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
