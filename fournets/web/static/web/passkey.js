// A passkey that was not given, for whatever reason, is said on the page; the library says it to nobody.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  document.getElementById('passkey_trouble').hidden = false
})
