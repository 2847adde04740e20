/** What is looked for in answers, within bounds of time. */
package io.sallyport.plugins.health.answer;
