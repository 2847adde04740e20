package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.RollbackRequest;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import io.sallyport.control.v1.StartRolloutHead;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.catalog.CatalogWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How {@code sallyport} changes the catalog of a control plane. */
final class CatalogActions {
  private final ControlSettings settings;
  private final Terminal terminal;
  private final CatalogReader reader;
  private final ServiceMessages services;
  private final ReplyText replies;

  CatalogActions(
      ControlSettings settings, Terminal terminal, CatalogReader reader, CatalogWriter writer) {
    this.settings = settings;
    this.terminal = terminal;
    this.reader = reader;
    this.services = new ServiceMessages(reader, writer);
    this.replies = new ReplyText(terminal, services);
  }

  /** Makes the catalog as a file says, or shows what would change. */
  int apply(ApplyWishes wishes) {
    Optional<Catalog> catalog = read(wishes.file());
    if (catalog.isEmpty()) {
      return ControlSession.BAD_INPUT;
    }
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          ApplyHead head = head(client, wishes);
          return carriedOut(
              wishes,
              dry -> client.apply(ordered(head, dry), services.of(catalog.get())),
              "applied as revision ");
        });
  }

  /** Begins to roll out what a file says, or shows what would change. */
  int rollOut(ApplyWishes wishes, RolloutWishes rollout) {
    Optional<Catalog> catalog = read(wishes.file());
    if (catalog.isEmpty()) {
      return ControlSession.BAD_INPUT;
    }
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          ApplyHead head = head(client, wishes);
          ApplyReply[] begun = {ApplyReply.getDefaultInstance()};
          int code =
              carriedOut(
                  wishes,
                  dry -> {
                    begun[0] =
                        client.startRollout(
                            StartRolloutHead.newBuilder()
                                .setChange(ordered(head, dry))
                                .setPlan(plan(rollout))
                                .build(),
                            services.of(catalog.get()));
                    return begun[0];
                  },
                  "the rollout has begun (sallyport rollout watch) of revision ");
          String id = begun[0].getRollout();
          return code == ControlSession.DONE && rollout.watch() && !id.isEmpty()
              ? new RolloutActions(settings, terminal).watch(client, id)
              : code;
        });
  }

  /** What applying a file would change. */
  int diff(Path file, boolean partial) {
    return apply(new ApplyWishes(file, partial, true, Optional.empty(), "", false, true));
  }

  /** Makes a new revision with the content of an old one. */
  int rollback(String revision, ApplyWishes wishes) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          ApplyHead head = head(client, wishes);
          Revision to = ControlSession.revision(client, revision);
          RollbackRequest.Builder request =
              RollbackRequest.newBuilder()
                  .setTo(Revisions.message(to))
                  .setComment(head.getComment())
                  .setLargeRemovalConfirmed(head.getLargeRemovalConfirmed());
          if (head.hasExpected()) {
            request.setExpected(head.getExpected());
          }
          return carriedOut(
              wishes,
              dry -> {
                RollbackRequest.Builder ordered = request.clone().setDryRun(dry.isEmpty());
                dry.map(Revisions::message).ifPresent(ordered::setExpected);
                return client.rollback(ordered.build());
              },
              "rolled back to " + to + ", as revision ");
        });
  }

  /**
   * Shows what would change, asks where somebody is there to ask, and does it.
   *
   * @param order carries it out on the revision that was looked at, or, without one, only tells
   */
  private int carriedOut(
      ApplyWishes wishes, Function<Optional<Revision>, ApplyReply> order, String done) {
    ApplyReply dry = order.apply(Optional.empty());
    if (dry.getOutcome() != ApplyReply.Outcome.OUTCOME_WOULD_APPLY) {
      return replies.end(dry, "");
    }
    Revision seen = Revisions.of(dry.getRevision());
    if (!terminal.json()) {
      terminal.line(
          seen.equals(Revision.NONE)
              ? "changes to a catalog that is empty yet:"
              : "changes to revision " + seen + ":");
      replies.differences(dry.getDifferencesList());
    }
    if (wishes.dryRun()) {
      return replies.end(dry, "");
    }
    if (terminal.person() && !wishes.yes() && !terminal.confirmed("Do it?")) {
      terminal.line("nothing has been changed");
      return ControlSession.FAILED;
    }
    ApplyReply reply = order.apply(Optional.of(seen));
    return replies.end(reply, done + Revisions.of(reply.getRevision()));
  }

  /** A catalog that was read, or empty when what is wrong with it has been told. */
  private Optional<Catalog> read(Path file) {
    return switch (reader.read(file, Revision.NONE)) {
      case CatalogResult.Read(Catalog catalog, List<Problem> warnings, var files) -> {
        warnings.forEach(problem -> terminal.err().println(problem.text()));
        yield Optional.of(catalog);
      }
      case CatalogResult.Refused(List<Problem> problems, var files) -> {
        if (terminal.json()) {
          terminal.line(
              JsonText.object("problems", problems.stream().map(ProblemText::json).toList()));
        } else {
          problems.forEach(problem -> terminal.err().println(problem.text()));
        }
        terminal.wrong(ProblemText.summary(problems));
        yield Optional.empty();
      }
    };
  }

  private static ApplyHead head(OperationsClient client, ApplyWishes wishes) {
    ApplyHead.Builder head =
        ApplyHead.newBuilder()
            .setComment(wishes.comment())
            .setWhole(!wishes.partial())
            .setLargeRemovalConfirmed(wishes.removalsConfirmed());
    wishes
        .expected()
        .map(text -> Revisions.message(ControlSession.revision(client, text)))
        .ifPresent(head::setExpected);
    return head.build();
  }

  private static ApplyHead ordered(ApplyHead head, Optional<Revision> seen) {
    ApplyHead.Builder ordered = head.toBuilder().setDryRun(seen.isEmpty());
    seen.map(Revisions::message).ifPresent(ordered::setExpected);
    return ordered.build();
  }

  private static RolloutPlan plan(RolloutWishes wishes) {
    RolloutPlan.Builder plan =
        RolloutPlan.newBuilder()
            .setQuietMillis(wishes.quiet().toMillis())
            .setPatienceMillis(wishes.patience().toMillis())
            .setToleratedNodes(wishes.toleratedNodes())
            .setToleratedFailedSessions(wishes.toleratedFailed())
            .setKeepOnHalt(wishes.keep());
    for (StageWords stage : wishes.stages()) {
      plan.addStages(
          RolloutStage.newBuilder()
              .setPercentage(stage.percentage())
              .addAllZones(stage.zones())
              .addAllNodes(stage.nodes())
              .putAllLabels(stage.labels()));
    }
    return plan.build();
  }
}
