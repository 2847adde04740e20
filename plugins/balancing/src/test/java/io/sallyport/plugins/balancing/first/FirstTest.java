package io.sallyport.plugins.balancing.first;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.Asking;
import io.sallyport.plugins.balancing.BalancerContract;
import io.sallyport.plugins.balancing.Server;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new FirstFactory();
  }

  @Override
  protected boolean leavesSomeOut() {
    return true;
  }

  @Test
  void firstOneTakesAllWhateverTheWeights() {
    Picker picker = balancer().picker(List.copyOf(Server.weighing(1, 256, 256)));
    assertThat(counts(picker, 3, 100_000)).containsExactly(100_000, 0, 0);
  }

  @Test
  void eachIsFilledBeforeTheNext() {
    List<Server> servers = Server.alike(3);
    Picker picker = balancer().picker(List.copyOf(servers));
    Asking upToTen = Asking.admitting(index -> servers.get(index).activeSessions() < 10);
    for (int i = 0; i < 25; i++) {
      int picked = picker.pick(upToTen);
      assertThat(picked).isEqualTo(i / 10);
      servers.get(picked).opened();
    }
    servers.get(0).closed();
    assertThat(picker.pick(upToTen)).isZero();
    servers.get(0).opened();
    servers.get(2).busy(10);
    assertThat(picker.pick(upToTen)).isEqualTo(Picker.NONE);
  }
}
