// Stripe's Payment Element: what is typed into it goes to Stripe alone.
(() => {
  const form = document.getElementById("payment");
  const told = form.dataset;
  const button = form.querySelector("button");
  const problem = document.getElementById("problem");
  const say = (text) => { problem.textContent = text; problem.hidden = !text; };
  if (!window.Stripe) {
    say(told.unreachable);
    return;
  }
  const stripe = window.Stripe(told.key, { locale: told.locale });
  const elements = stripe.elements({
    clientSecret: told.secret,
    appearance: { variables: { colorPrimary: told.colour } },
  });
  const element = elements.create("payment");
  element.on("loaderror", () => say(told.unreachable));
  element.mount("#element");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    say("");
    const back = new URL(told.back, window.location.href).href;
    try {
      // It ends here only where it failed at once: else the browser is on its way.
      const { error } = await stripe.confirmPayment({
        elements, confirmParams: { return_url: back },
      });
      say(error.message || told.unreachable);
    } catch (failure) {
      say(told.unreachable);
    }
    button.disabled = false;
  });
})();
