/** The catalog's records and the contracts of the strategies that plugins supply. */
@org.jspecify.annotations.NullMarked
module io.sallyport.api {
  requires static org.jspecify;
}
