/** Changes that go out in stages, and come back by themselves when something goes wrong. */
package io.sallyport.control.operate.rollout;
