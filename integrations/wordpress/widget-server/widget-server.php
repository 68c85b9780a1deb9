<?php
/**
 * Plugin Name: widget-server
 * Description: Puts the tag of your own widget-server (chat, callback, click-to-call) on every page.
 * Version: 0.1.0
 * Requires at least: 6.3
 * Requires PHP: 7.4
 * License: Apache-2.0
 * License URI: https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain: widget-server
 *
 * @package WidgetServer
 */

defined( 'ABSPATH' ) || exit;

const WIDGET_SERVER_OPTION = 'widget_server';
const WIDGET_SERVER_PAGE   = 'widget-server';

add_action( 'wp_enqueue_scripts', 'widget_server_enqueue' );
add_filter( 'script_loader_tag', 'widget_server_tag', 10, 2 );
add_action( 'admin_menu', 'widget_server_menu' );
add_action( 'admin_init', 'widget_server_settings' );
add_filter( 'plugin_action_links_' . plugin_basename( __FILE__ ), 'widget_server_links' );

/**
 * What the owner said, empty strings where nothing is.
 */
function widget_server_options(): array {
	$stored = get_option( WIDGET_SERVER_OPTION, array() );
	$stored = is_array( $stored ) ? $stored : array();
	return array(
		'server' => isset( $stored['server'] ) ? (string) $stored['server'] : '',
		'site'   => isset( $stored['site'] ) ? (string) $stored['site'] : '',
	);
}

/**
 * Loads the widget, without a version in its address: the server says how long it may be kept.
 */
function widget_server_enqueue(): void {
	$options = widget_server_options();
	if ( '' === $options['server'] || '' === $options['site'] ) {
		return;
	}
	// phpcs:ignore WordPress.WP.EnqueuedResourceParameters.MissingVersion -- see above.
	wp_enqueue_script( WIDGET_SERVER_PAGE, $options['server'] . '/widget.js', array(), null, array( 'in_footer' => true ) );
}

/**
 * Names the site in the tag, and lets the page go on while it loads.
 *
 * @param string $tag    The whole tag.
 * @param string $handle Whose it is.
 */
function widget_server_tag( $tag, $handle ) {
	if ( WIDGET_SERVER_PAGE !== $handle ) {
		return $tag;
	}
	$options = widget_server_options();
	$said    = sprintf( '<script async data-site="%s" ', esc_attr( $options['site'] ) );
	return preg_replace_callback(
		'/<script /',
		static function () use ( $said ) {
			return $said;
		},
		$tag,
		1
	);
}

/**
 * The page under Settings.
 */
function widget_server_menu(): void {
	add_options_page( 'widget-server', 'widget-server', 'manage_options', WIDGET_SERVER_PAGE, 'widget_server_page' );
}

/**
 * A link to it in the list of plugins.
 *
 * @param array $links What stands there already.
 */
function widget_server_links( $links ) {
	$url = admin_url( 'options-general.php?page=' . WIDGET_SERVER_PAGE );
	array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( $url ), esc_html__( 'Settings', 'widget-server' ) ) );
	return $links;
}

/**
 * The option, its cleaning and its two fields.
 */
function widget_server_settings(): void {
	register_setting(
		WIDGET_SERVER_PAGE,
		WIDGET_SERVER_OPTION,
		array(
			'type'              => 'array',
			'sanitize_callback' => 'widget_server_sanitize',
			'default'           => array(),
		)
	);
	add_settings_section( 'tag', '', '__return_empty_string', WIDGET_SERVER_PAGE );
	$fields = array(
		'server' => array( __( 'Address of the server', 'widget-server' ), 'https://widget.example.com' ),
		'site'   => array( __( 'Site key', 'widget-server' ), 'your-site-key' ),
	);
	foreach ( $fields as $name => $words ) {
		add_settings_field(
			$name,
			$words[0],
			'widget_server_field',
			WIDGET_SERVER_PAGE,
			'tag',
			array(
				'name'      => $name,
				'example'   => $words[1],
				'label_for' => 'widget-server-' . $name,
			)
		);
	}
}

/**
 * Keeps what has the form of an address and of a key; says what has not.
 *
 * @param mixed $given What was posted.
 */
function widget_server_sanitize( $given ): array {
	$given  = is_array( $given ) ? $given : array();
	$kept   = widget_server_options();
	$server = untrailingslashit( esc_url_raw( trim( (string) ( $given['server'] ?? '' ) ), array( 'https', 'http' ) ) );
	$site   = strtolower( trim( (string) ( $given['site'] ?? '' ) ) );
	if ( '' === $server || preg_match( '#^https?://[^/?\#\s]+$#', $server ) ) {
		$kept['server'] = $server;
	} else {
		add_settings_error( WIDGET_SERVER_OPTION, 'server', __( 'The address has the form https://widget.example.com.', 'widget-server' ) );
	}
	if ( '' === $site || preg_match( '/^[a-z0-9][a-z0-9-]{1,40}$/', $site ) ) {
		$kept['site'] = $site;
	} else {
		add_settings_error( WIDGET_SERVER_OPTION, 'site', __( 'A site key has small letters, digits and hyphens only.', 'widget-server' ) );
	}
	return $kept;
}

/**
 * One field.
 *
 * @param array $args Its name and an example.
 */
function widget_server_field( $args ): void {
	$options = widget_server_options();
	printf(
		'<input class="regular-text" type="text" id="%1$s" name="%2$s[%3$s]" value="%4$s" placeholder="%5$s" autocomplete="off">',
		esc_attr( $args['label_for'] ),
		esc_attr( WIDGET_SERVER_OPTION ),
		esc_attr( $args['name'] ),
		esc_attr( $options[ $args['name'] ] ),
		esc_attr( $args['example'] )
	);
}

/**
 * The page itself.
 */
function widget_server_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	?>
	<div class="wrap">
		<h1><?php echo esc_html( get_admin_page_title() ); ?></h1>
		<p><?php esc_html_e( 'Both stand in the console of your widget-server: Sites, your site, Tag and check. Add the address of this site to its domains there.', 'widget-server' ); ?></p>
		<form action="options.php" method="post">
			<?php
			settings_fields( WIDGET_SERVER_PAGE );
			do_settings_sections( WIDGET_SERVER_PAGE );
			submit_button();
			?>
		</form>
	</div>
	<?php
}
