// npm run demo: npm start with the demo's backends inside. What is missing is installed and built first.
process.env.THROUGHLINE_DEMO = "1";
await import("./start.mjs");
