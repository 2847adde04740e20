package io.sallyport.engine.health;

import io.sallyport.api.catalog.HealthPolicy;

/**
 * An endpoint's health: one counter from 0 to {@code rise + fall - 1}, exactly as HAProxy keeps it.
 * The endpoint is up while the counter is at least {@code rise}.
 *
 * <p>With rise 3 and fall 3 (the texts are what people see):
 *
 * <pre>
 *           pass                      pass
 *   0/3 DOWN ----&gt; 1/3 DOWN ----&gt; 2/3 DOWN ----&gt; 3/3 UP --+
 *    ^  ^ |  fail    |       fail    |             |  ^   | pass
 *    |  | +-&gt;        |               |        fail |  +---+
 *    |  +------------+---------------+             v
 *    |                 fail          fail       2/3 UP --- pass ---&gt; 3/3 UP
 *    +------------------------- 1/3 UP &lt;----------+
 *                                 |  (initial)
 *                                 +------- pass ---&gt; 3/3 UP
 * </pre>
 *
 * A failure takes one off, and drops the counter to 0 when that makes the endpoint down; a pass
 * adds one, and lifts the counter to the top when that makes or leaves the endpoint up. So the
 * counts are consecutive ones.
 *
 * @param counter from 0 to {@code rise + fall - 1}
 * @param rise consecutive passes that bring it up, at least 1
 * @param fall consecutive failures that bring it down, at least 1
 * @since 0.1
 */
public record Health(int counter, int rise, int fall) {
  /** How far the verdict is from its next change: what the time to the next probe depends on. */
  public enum Footing {
    /** Up, and the last probe passed. */
    FIRM_UP,
    /** Between the two: one more probe, or a few, will tell. */
    CHANGING,
    /** Down, and the last probe failed. */
    FIRM_DOWN
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its bounds
   */
  public Health {
    if (rise < 1 || fall < 1 || counter < 0 || counter > rise + fall - 1) {
      throw new IllegalArgumentException(
          "no health has counter " + counter + " with rise " + rise + " and fall " + fall);
    }
  }

  /** The health before the first probe: up, but one failure is enough to bring it down. */
  public static Health initial(HealthPolicy policy) {
    return new Health(policy.rise(), policy.rise(), policy.fall());
  }

  /** The health after a probe passed. */
  public Health passed() {
    int next = Math.min(counter + 1, top());
    return new Health(next >= rise ? top() : next, rise, fall);
  }

  /** The health after a probe failed. */
  public Health failed() {
    int next = counter - 1;
    return new Health(next < rise ? 0 : next, rise, fall);
  }

  /** The verdict. */
  public boolean up() {
    return counter >= rise;
  }

  /** How far the verdict is from its next change. */
  public Footing footing() {
    if (counter == top()) {
      return Footing.FIRM_UP;
    }
    return counter == 0 ? Footing.FIRM_DOWN : Footing.CHANGING;
  }

  /**
   * The same health under a policy with other counts. The verdict stays; a firm one stays firm;
   * another one keeps the failures that would still bring it down, or the passes it has had, as far
   * as the new counts have room for them.
   */
  public Health under(HealthPolicy policy) {
    int newTop = policy.rise() + policy.fall() - 1;
    int kept;
    if (up()) {
      int failuresToGo = counter - rise + 1;
      kept = counter == top() ? newTop : Math.min(policy.rise() - 1 + failuresToGo, newTop);
    } else {
      kept = Math.min(counter, policy.rise() - 1);
    }
    return new Health(kept, policy.rise(), policy.fall());
  }

  /** As HAProxy shows it: {@code 2/3 UP}, {@code 0/3 DOWN}. */
  public String text() {
    return up() ? counter - rise + 1 + "/" + fall + " UP" : counter + "/" + rise + " DOWN";
  }

  private int top() {
    return rise + fall - 1;
  }
}
