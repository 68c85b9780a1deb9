// The pages about one site: numbers and their forms, opening hours, the time zone, the tag's check and preview.
import { startDepartments } from "./sites_departments.js";
import { startHours } from "./sites_hours.js";
import { startNumbers } from "./sites_numbers.js";
import { startPreview, startSeen } from "./sites_tag.js";

const numbers = document.querySelector("[data-numbers]");
if (numbers) startNumbers(numbers);
const hours = document.querySelector("[data-hours]");
if (hours) startHours(hours);
const departments = document.querySelector("[data-departments]");
if (departments) startDepartments(departments);
const seen = document.querySelector("[data-seen]");
if (seen) startSeen(seen);
const preview = document.querySelector("[data-preview]");
if (preview) startPreview(preview);

// A new site most likely lives where its owner does.
const zone = document.querySelector("form[data-guess-zone]:not(:has([aria-invalid])) select[name=timezone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && [...zone.options].some((option) => option.value === here)) zone.value = here;
