package io.sallyport.distribution.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in columns, as wide as what is in them.
 *
 * @param rows the first one holds the headings; all have as many cells
 */
record Columns(List<List<String>> rows) {
  static Columns of(List<List<String>> rows) {
    return new Columns(rows);
  }

  List<String> lines(Paint paint) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = row.get(c);
        line.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
      }
      String text = line.toString().stripTrailing();
      lines.add(lines.isEmpty() ? paint.faint(text) : text);
    }
    return lines;
  }
}
