import "./style.css";
import "htmx.org";
