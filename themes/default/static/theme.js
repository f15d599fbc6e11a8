// What must be settled before the first paint: that scripts run, whether a search was asked for, the colour theme.
document.documentElement.dataset.script = "";
if (/[?&]q=[^&]/.test(location.search)) document.documentElement.dataset.query = "";

// Applies the remembered colour theme before the first paint. Without a choice, the system decides.
try {
  const choice = localStorage.getItem("annals-theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // Storage is closed (a private window, file://): the system's theme it is.
}
