/** What this client's types or methods cannot do; it becomes the answer of that name. */
final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported(String reason) {
        super(reason);
    }
}
