/** Invented people: surnames of families, given names of children by the decade of their birth, of adults, streets. */
export const SURNAMES: readonly string[] = (
  "Abbott Acosta Ahmed Alvarez Anand Arslan Baker Banerjee Barnes Bauer Bennett Bianchi Blake Bouchard Boyd Brennan " +
  "Brooks Caldwell Castillo Chambers Chen Cohen Coleman Costa Cruz Dalton Das Delgado Desai Diaz Dixon Dubois Duffy " +
  "Eberhardt Edwards Ellis Eriksen Espinoza Farrell Fernandes Fischer Fitzgerald Flores Foster Fraser Garcia Gallagher " +
  "Gibson Goldberg Gomez Grant Greene Gupta Haddad Hansen Harper Hassan Hayes Henderson Herrera Hoffman Horvat Hughes " +
  "Ibrahim Ingram Ito Jackson Jansen Jensen Johansson Jordan Kapoor Katz Keller Kelly Khan Kim Klein Kovacs Kowalski " +
  "Kumar Lambert Larsen Lawson Lee Levy Liu Lopez Lowell MacLeod Malik Marsh Martinez McBride Mehta Mendoza Meyer " +
  "Mitchell Moreau Morgan Morris Mwangi Nakamura Navarro Nelson Nolan Novak Obi Ortiz Osborne Park Patel Pereira Perry " +
  "Petrov Popescu Porter Quinn Ramirez Reed Reyes Rivera Romano Rosen Rossi Russo Salazar Santos Sato Schmidt Shah " +
  "Silva Singh Sloan Sokolov Stein Sullivan Suzuki Tan Thompson Torres Turner Vargas Vega Walsh Wang Weaver Weber " +
  "Wilkins Wong Wright Yang Yilmaz Young Zhang Zimmerman"
).split(" ");

export const CHILDREN: readonly string[] = (
  "Aaliyah Adrian Aisha Alice Amelia Anika Anton Aria Arjun Asher Audrey Ava Beatrice Ben Caleb Camila Carlos Caroline " +
  "Celia Chloe Christopher Clara Daisy Daniela David Diego Dylan Eleanor Eli Elif Ella Elliot Emil Emma Esme Ethan Eva " +
  "Ezra Felix Fiona Freya Gabriel George Georgia Grace Hana Harry Hazel Helen Henry Hugo Ibrahim Ines Iris Isaac Isla " +
  "Ivy Jack Jada Jasper Jonah Josephine Julia Julian June Kai Kenji Lara Layla Leo Liam Lila Lina Louis Lucas Lucia Lucy " +
  "Luna Maeve Malik Marcus Maria Mateo Matilda Maya Milo Mira Mohamed Naomi Nathan Nina Noah Noor Olive Oliver Omar " +
  "Oscar Owen Penelope Priya Quinn Rafael Ravi Rebecca Riley Rohan Rosa Ruby Sadie Samir Samuel Sara Selma Sienna Simon " +
  "Sofia Stella Tariq Theo Thomas Tessa Uma Victor Violet Wesley William Willa Xavier Yara Yusuf Zara Zoe"
).split(" ");

export const ADULTS: readonly string[] = (
  "Adam Adriana Alejandro Alison Amanda Amir Andrea Andrew Angela Anna Anthony Ayesha Barbara Brian Carla Catherine " +
  "Charles Christine Claudia Colin Cynthia Dana David Deborah Deepa Denise Dmitri Edward Elena Elizabeth Emily Eric " +
  "Fatima Francesca Frank Gina Gloria Gregory Hannah Hassan Heather Helena Ian Irene Jacob James Janet Jason Jennifer " +
  "Jessica Joanna John Jonathan Joseph Juan Judith Karen Katherine Kevin Kavita Laura Lauren Leila Lisa Luis Magda " +
  "Margaret Marco Maria Martin Matthew Megan Michael Michelle Miguel Monica Nadia Natalie Nicholas Nicole Nora Olga " +
  "Pamela Patrick Paul Pedro Peter Philip Priya Rachel Raj Rebecca Renee Ricardo Richard Robert Rosa Ryan Samantha Sandra " +
  "Sanjay Sarah Sean Sergio Simone Sophia Stephanie Steven Susan Tamara Teresa Thomas Tracy Valerie Vanessa Victor " +
  "Vincent Wendy William Xin Yolanda Yuki Yvonne"
).split(" ");

export const STREETS: readonly string[] = [
  "Linden Avenue",
  "Orchard Street",
  "Mill Pond Road",
  "Station Street",
  "Hillcrest Drive",
  "Quarry Lane",
  "Church Street",
  "Old Post Road",
  "Beech Court",
  "Ridge Road",
  "Harvest Way",
  "Sycamore Street",
  "Bridge Street",
  "Fieldstone Lane",
  "Juniper Terrace",
  "Lakeview Avenue",
];

/** What families write in the wishes field, by nothing more than chance; most write nothing. */
export const WISHES: readonly string[] = [
  "",
  "",
  "",
  "",
  "",
  "Loves film music and would like to play something from a favorite movie soon.",
  "A little shy at first; a calm start would help.",
  "Would like to join the school band next year.",
  "Plays by ear a lot and wants to learn to read properly.",
  "Practises on a keyboard with headphones, so please no loud homework.",
  "Wants to play with a sibling at family birthdays.",
  "Left-handed, in case that matters.",
  "Had two years of lessons in another town and would like to keep the repertoire.",
];

/** Which of the adults' names are men's, and which are anybody's; the others are women's. */
const MENS = new Set(
  (
    "Adam Alejandro Amir Andrew Anthony Brian Charles Colin David Dmitri Edward Eric Frank Gregory Hassan Ian Jacob " +
    "James Jason John Jonathan Joseph Juan Kevin Luis Marco Martin Matthew Michael Miguel Nicholas Patrick Paul Pedro " +
    "Peter Philip Raj Ricardo Richard Robert Ryan Sanjay Sean Sergio Steven Thomas Victor Vincent William"
  ).split(" "),
);
const ANYBODYS = new Set(["Dana", "Xin", "Yuki"]);

export function genderOf(givenName: string): "female" | "male" | "non_binary" {
  if (ANYBODYS.has(givenName)) return "non_binary";
  return MENS.has(givenName) ? "male" : "female";
}
